/** How long this installation's instances take to come and go, learned from their own history. */
@NullMarked
package dev.warmfront.leadtime;

import org.jspecify.annotations.NullMarked;
