/** The contract of stores, on servers that people keep their backups on. */
@NullMarked
package dev.firkin.it.store;

import org.jspecify.annotations.NullMarked;
