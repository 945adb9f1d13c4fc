package dev.warmfront.gcp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine type, to which accelerators may be attached: {@code n1-standard-4@nvidia-tesla-t4x1}. Types that have GPUs by
 * themselves (a2, a3, g2) have none attached.
 *
 * @param type Compute Engine's name of it
 * @param accelerator Compute Engine's name of what is attached
 * @param accelerators how many of it
 */
record MachineName(String type, Optional<String> accelerator, int accelerators) {

    static final Pattern FORM = Pattern.compile("([a-z0-9]+(?:-[a-z0-9]+)+)(?:@([a-z0-9-]+)x([1-9][0-9]?))?");

    static MachineName parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a machine type: " + text);
        }
        String count = form.group(3);
        return new MachineName(
                form.group(1), Optional.ofNullable(form.group(2)), count == null ? 0 : Integer.parseInt(count));
    }
}
