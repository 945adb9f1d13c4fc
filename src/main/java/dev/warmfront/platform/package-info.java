/** What the process needs to be one: its database, its name and secrets, its partitions. */
@NullMarked
package dev.warmfront.platform;

import org.jspecify.annotations.NullMarked;
