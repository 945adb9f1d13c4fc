/** The packaged product, run as processes and mistreated. */
@NullMarked
package dev.warmfront.system;

import org.jspecify.annotations.NullMarked;
