package dev.warmfront.cost;

/**
 * The two optimisations that bounds need. An interface, because a good solver is native code that the control plane must not
 * carry: it lives in a module of its own (docs/adr/0005-solver.md).
 */
public interface BoundSolver {

    /** A solver failed or was given something it cannot solve; never a property of a feasible problem of ours. */
    final class UnsolvedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        public UnsolvedException(String why) {
            super(why);
        }
    }

    /**
     * A feasible flow of least cost, in whole units.
     *
     * @return the flow on each arc, in the order the arcs were added
     * @throws UnsolvedException when there is no feasible flow, or numbers leave the solver's range
     */
    long[] minimumCostFlow(Network network);

    /**
     * Minimises a linear program, with integer variables where it says so.
     *
     * @throws UnsolvedException when it is infeasible, unbounded or not solved to optimality
     */
    LinearSolution minimise(LinearProgram program);
}
