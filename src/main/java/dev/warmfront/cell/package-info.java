/** The cell: single-writer ownership of tenants and pools. Inbox, batches, fence, recovery. */
@NullMarked
package dev.warmfront.cell;

import org.jspecify.annotations.NullMarked;
