/**
 * The command line: options, progress, configuration, exit codes; the only place that wires the
 * rooms of core and the backends together.
 */
@NullMarked
package dev.firkin.cli;

import org.jspecify.annotations.NullMarked;
