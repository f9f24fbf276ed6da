/** What happens every night: the snapshots that are taken here, and what becomes of them. */
@NullMarked
package dev.firkin.cli.nightly;

import org.jspecify.annotations.NullMarked;
