/**
 * The store on S3 and what speaks its protocol (MinIO, Ceph RGW and others), on the AWS SDK for
 * Java v2. Nothing of the SDK leaves this package, its exceptions included.
 *
 * <p>The client is the SDK's asynchronous one on the AWS Common Runtime (CRT), because it moves a
 * gigabyte over TLS with the least CPU time of all the SDK offers. What that brings along:
 *
 * <ul>
 *   <li>Reads ask for a range that covers the object, and stores return no checksums with ranges.
 *       So the CRC-32C of each object travels in its user metadata ({@code
 *       x-amz-meta-firkin-crc32c}), and is checked here, on every store.
 *   <li>It always repeats a failed request once by itself; that cannot be switched off. So a
 *       refused condition may be due to one's own first attempt; each put marks its object in the
 *       metadata ({@code x-amz-meta-firkin-put}) to tell.
 *   <li>Failures of the network are told by their text alone; all of them count as retryable.
 * </ul>
 *
 * <p>Every object is one PUT from memory. Multipart uploads, which can leave invisible parts behind
 * that cost money, never happen.
 */
@NullMarked
package dev.firkin.s3;

import org.jspecify.annotations.NullMarked;
