/** The commands against a stand-in for the control plane, and the launcher against folders that look like JDKs. */
@NullMarked
package dev.warmfront.cli;

import org.jspecify.annotations.NullMarked;
