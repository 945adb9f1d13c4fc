/** DAGs of tasks, declared or imported. */
@NullMarked
package dev.warmfront.workflow;

import org.jspecify.annotations.NullMarked;
