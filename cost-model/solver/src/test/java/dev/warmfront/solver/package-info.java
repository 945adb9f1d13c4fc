/** Tests that need a solver: bounds against each other and against simple policies. */
@NullMarked
package dev.warmfront.solver;

import org.jspecify.annotations.NullMarked;
