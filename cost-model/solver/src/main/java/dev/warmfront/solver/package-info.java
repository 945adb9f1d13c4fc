/** Solves the bounds of the cost model with OR-Tools (docs/adr/0005-solver.md). */
@NullMarked
package dev.warmfront.solver;

import org.jspecify.annotations.NullMarked;
