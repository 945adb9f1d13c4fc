/** The local provider: an instance is an agent process on this machine with a folder of its own. */
@NullMarked
package dev.warmfront.local;

import org.jspecify.annotations.NullMarked;
