/** Tests of the crossing to providers. */
@NullMarked
package dev.warmfront.provider;

import org.jspecify.annotations.NullMarked;
