/**
 * Weka's trees as experts. Weka is GPL-3.0: this package links it and is therefore apart from everything else, on no class path
 * unless the build was asked for it ({@code -Dwarmfront.weka=true}); a build that holds it may be handed on under GPL-3.0 only.
 */
@NullMarked
package dev.warmfront.forecast.weka;

import org.jspecify.annotations.NullMarked;
