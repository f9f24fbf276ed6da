/** The commands that say what is wanted no longer: keep, forget, prune. */
@NullMarked
package dev.firkin.cli.disposal;

import org.jspecify.annotations.NullMarked;
