package dev.warmfront.solver;

import com.google.ortools.Loader;
import com.google.ortools.graph.MinCostFlow;
import com.google.ortools.graph.MinCostFlowBase;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPSolverParameters;
import com.google.ortools.linearsolver.MPVariable;
import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.LinearProgram;
import dev.warmfront.cost.LinearSolution;
import dev.warmfront.cost.Network;
import java.time.Duration;

/**
 * OR-Tools: cost scaling (Goldberg and Tarjan) for flows, GLOP's simplex for linear programs, CBC's branch and cut for integer ones. All are
 * deterministic for the same input. Without state; may be shared by threads.
 */
public final class OrToolsSolver implements BoundSolver {

    private static final String LINEAR = "GLOP";
    private static final String INTEGER = "CBC";

    /** Unpacks and loads the native libraries on first use: a second or so, once per process. */
    private static final class Natives {

        static {
            Loader.loadNativeLibraries();
        }

        private Natives() {}

        static void load() {
            // The class initialiser has done it.
        }
    }

    private final Duration patience;

    /** Solves however long it takes. */
    public OrToolsSolver() {
        this(Duration.ZERO);
    }

    /** @param patience with a linear program, after which it counts as not solved; zero for as long as it takes */
    public OrToolsSolver(Duration patience) {
        this.patience = patience;
        Natives.load();
    }

    @Override
    public long[] minimumCostFlow(Network network) {
        MinCostFlow flow = new MinCostFlow(network.nodes(), network.arcs());
        try {
            for (int arc = 0; arc < network.arcs(); arc++) {
                flow.addArcWithCapacityAndUnitCost(
                        network.tail(arc), network.head(arc), network.capacity(arc), network.cost(arc));
            }
            for (int node = 0; node < network.nodes(); node++) {
                flow.setNodeSupply(node, network.supplyOf(node));
            }
            MinCostFlowBase.Status status = flow.solve();
            if (status != MinCostFlowBase.Status.OPTIMAL) {
                throw new UnsolvedException("the minimum-cost flow ended " + status);
            }
            long[] flows = new long[network.arcs()];
            for (int arc = 0; arc < flows.length; arc++) {
                flows[arc] = flow.getFlow(arc);
            }
            return flows;
        } finally {
            flow.delete();
        }
    }

    @Override
    public LinearSolution minimise(LinearProgram program) {
        boolean whole = false;
        for (int i = 0; i < program.variables(); i++) {
            whole |= program.isWhole(i);
        }
        String name = whole ? INTEGER : LINEAR;
        MPSolver solver = MPSolver.createSolver(name);
        if (solver == null) {
            throw new UnsolvedException("this build of OR-Tools lacks " + name);
        }
        MPSolverParameters exact = new MPSolverParameters();
        try {
            // The default stops at a gap of 1e-4, and calls that optimal.
            exact.setDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, 0);
            if (patience.isPositive()) {
                solver.setTimeLimit(patience.toMillis());
            }
            MPVariable[] variables = load(program, solver);
            MPSolver.ResultStatus status = solver.solve(exact);
            if (status != MPSolver.ResultStatus.OPTIMAL) {
                throw new UnsolvedException(name + " ended " + status);
            }
            double[] values = new double[variables.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = variables[i].solutionValue();
            }
            return new LinearSolution(solver.objective().value(), values);
        } finally {
            exact.delete();
            solver.delete();
        }
    }

    private static MPVariable[] load(LinearProgram program, MPSolver solver) {
        MPVariable[] variables = new MPVariable[program.variables()];
        MPObjective objective = solver.objective();
        for (int i = 0; i < variables.length; i++) {
            variables[i] = solver.makeVar(program.lower(i), program.upper(i), program.isWhole(i), "");
            objective.setCoefficient(variables[i], program.costPerUnit(i));
        }
        objective.setMinimization();
        MPConstraint[] rows = new MPConstraint[program.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = solver.makeConstraint(program.rowLower(i), program.rowUpper(i), "");
        }
        for (int i = 0; i < program.terms(); i++) {
            rows[program.termRow(i)].setCoefficient(variables[program.termVariable(i)], program.termCoefficient(i));
        }
        return variables;
    }
}
