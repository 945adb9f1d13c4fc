/** Recorded workflows, read as they are found in the wild. */
@NullMarked
package dev.warmfront.workflow;

import org.jspecify.annotations.NullMarked;
