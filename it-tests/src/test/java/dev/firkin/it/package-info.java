/** The whole program against the real world: btrfs, S3 servers, kills and outages. */
@NullMarked
package dev.firkin.it;

import org.jspecify.annotations.NullMarked;
