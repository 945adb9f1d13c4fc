/** Tests of what is learned of lead times. */
@NullMarked
package dev.warmfront.leadtime;

import org.jspecify.annotations.NullMarked;
