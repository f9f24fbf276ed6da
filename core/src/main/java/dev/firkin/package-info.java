/**
 * Firkin ships btrfs snapshots to object storage and back.
 *
 * <p>The rooms of the house, lower ones first; a room may use those before it and no others: {@code
 * chunk}, {@code crypt}, {@code codec}, {@code store}, {@code sendstream}, {@code repository},
 * {@code transfer}, {@code btrfs}. This package holds only what all of them share.
 */
@NullMarked
package dev.firkin;

import org.jspecify.annotations.NullMarked;
