/** Values of the domain: money, resources, identifiers, states. JDK only, immutable, no I/O, no clock. */
@NullMarked
package dev.warmfront.domain;

import org.jspecify.annotations.NullMarked;
