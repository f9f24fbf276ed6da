/** {@code firkin recipients}: who can read the backups. */
@NullMarked
package dev.firkin.cli.recipients;

import org.jspecify.annotations.NullMarked;
