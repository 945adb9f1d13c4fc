/**
 * What a compute provider is: nine verbs, sealed outcomes, declared capabilities. Adapters are plain blocking Java; they
 * are found by {@link java.util.ServiceLoader} and called by the control plane's gateway alone, on virtual threads.
 */
@NullMarked
package dev.warmfront.spi;

import org.jspecify.annotations.NullMarked;
