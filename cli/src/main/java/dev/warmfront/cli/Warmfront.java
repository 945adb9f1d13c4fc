package dev.warmfront.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The whole of the command line. */
@Command(
        name = "warmfront",
        description = "Has the right machines ready before the tasks arrive.",
        mixinStandardHelpOptions = true,
        version = "warmfront 0.1.0",
        usageHelpAutoWidth = true,
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            SubmitCommand.class,
            TasksCommand.class,
            WorkflowsCommand.class,
            EnvironmentsCommand.class,
            DatasetsCommand.class,
            ServicesCommand.class,
            TenantsCommand.class,
            InstancesCommand.class,
            PoolsCommand.class,
            ReservationsCommand.class,
            SettingsCommand.class,
            CostsCommand.class,
            DecisionsCommand.class,
            ForecastCommand.class,
            GraphCommand.class,
            HistoryCommand.class,
            BenchCommand.class,
            ReplayCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "The launcher itself knows one more: test [-- MAVEN ARGUMENTS] runs every test.",
            "Exit codes: 0 done, 1 failed, 2 used wrongly."
        })
final class Warmfront implements Callable<Integer> {

    @Mixin
    final Context.Globals globals;

    @Spec
    CommandSpec spec = CommandSpec.create();

    Warmfront(Context context) {
        this.globals = context.globals();
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return Main.DONE;
    }
}
