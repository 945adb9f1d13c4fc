/** The one crossing to compute providers: registry, gateway, decorators, sweep. */
@NullMarked
package dev.warmfront.provider;

import org.jspecify.annotations.NullMarked;
