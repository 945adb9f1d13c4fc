@NullMarked
package dev.warmfront.cell;

import org.jspecify.annotations.NullMarked;
