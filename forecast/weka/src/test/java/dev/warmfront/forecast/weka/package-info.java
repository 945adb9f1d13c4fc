@NullMarked
package dev.warmfront.forecast.weka;

import org.jspecify.annotations.NullMarked;
