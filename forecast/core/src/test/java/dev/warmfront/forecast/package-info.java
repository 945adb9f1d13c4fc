@NullMarked
package dev.warmfront.forecast;

import org.jspecify.annotations.NullMarked;
