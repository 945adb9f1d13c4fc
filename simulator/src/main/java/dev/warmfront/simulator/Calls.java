package dev.warmfront.simulator;

/**
 * How long a provider takes to do what it was asked, besides {@link ReplayOptions#launch}.
 *
 * @param accepted from a launch's request until the machine exists and is billed; its launch takes so much longer
 * @param ended from the request to end a machine until it is billed no more
 */
public record Calls(Lead accepted, Lead ended) {

    /** No time at all. */
    public static final Calls PROMPT = new Calls(new Lead.Constant(0), new Lead.Constant(0));
}
