@NullMarked
package dev.warmfront.forecast.neural;

import org.jspecify.annotations.NullMarked;
