/**
 * Traces: what a machine's processors did, instruction by instruction, in a file. {@link
 * jvisor.machine.trace.TraceRecorder} looks on and writes, {@link jvisor.machine.trace.TraceReader}
 * reads, {@link jvisor.machine.trace.TraceView} is a record as people read it, and {@link
 * jvisor.machine.trace.TraceDiff} finds where two runs part. Two equal runs under the instruction
 * clock make equal files.
 *
 * <h2>The file</h2>
 *
 * <p>Numbers of fixed width are little-endian. <i>varint</i> is an unsigned LEB128 number of at
 * most ten bytes; <i>signed</i> is a varint of the zigzag form {@code (n << 1) ^ (n >> 63)}. A file
 * is a header, chunks, and a last chunk that is empty; without that one it has been cut short.
 *
 * <table>
 * <caption>Header</caption>
 * <tr><th>bytes</th><th>what</th></tr>
 * <tr><td>8</td><td>{@code 89 4a 56 54 0d 0a 1a 0a}</td></tr>
 * <tr><td>2</td><td>version of the format: 1</td></tr>
 * <tr><td>2</td><td>length of what follows</td></tr>
 * <tr><td>…</td><td>UTF-8 lines {@code key=value}: {@code cpu}, the processor model; {@code
 * features}, the names of {@link jvisor.isa.Feature}s that it decodes, by spaces. Readers skip keys
 * they do not know.</td></tr>
 * </table>
 *
 * <table>
 * <caption>Chunk</caption>
 * <tr><th>bytes</th><th>what</th></tr>
 * <tr><td>4</td><td>bytes stored, 0 in the last chunk</td></tr>
 * <tr><td>4</td><td>bytes of records, at most 1 MiB</td></tr>
 * <tr><td>8</td><td>instructions completed before its first record</td></tr>
 * <tr><td>8</td><td>instructions completed after its last record</td></tr>
 * <tr><td>4</td><td>CRC-32 of the 24 bytes above and of the bytes stored</td></tr>
 * <tr><td>…</td><td>the records, compressed (DEFLATE without a header)</td></tr>
 * </table>
 *
 * <p>A record is a tag byte, the parts that its bits announce, the parts of its kind, and effects
 * if announced. Each chunk can be read alone: at its start the processor is 0, the expected RIP and
 * the last address are 0, and the mode is given.
 *
 * <table>
 * <caption>Tag</caption>
 * <tr><th>bits</th><th>what</th></tr>
 * <tr><td>0–2</td><td>kind: 1 instruction, 2 event, 3 state</td></tr>
 * <tr><td>3</td><td>follows, varint: the processor, if it is another one than before</td></tr>
 * <tr><td>4</td><td>follows, a byte: code width (0 for 16, 1 for 32, 2 for 64 bits) and, in bits
 * 2–3, the privilege level, if they are other than before</td></tr>
 * <tr><td>5</td><td>follows, signed: RIP less the expected RIP, if that is not 0. Expected is the end
 * of the instruction before.</td></tr>
 * <tr><td>6</td><td>effects follow at the end</td></tr>
 * <tr><td>7</td><td>instruction: it has completed; event: there is an error code</td></tr>
 * </table>
 *
 * <table>
 * <caption>Parts by kind</caption>
 * <tr><th>kind</th><th>parts</th></tr>
 * <tr><td>instruction</td><td>a byte, its length 1–15; its bytes. It counts if it has completed;
 * else it faulted, and the event that it caused is next.</td></tr>
 * <tr><td>event</td><td>a byte: 0 exception, 1 interrupt, 2 non-maskable interrupt, 3 shutdown; a
 * byte, the vector; varint, the error code if there is one; signed, CR2 if it is exception 14. RIP is
 * where the handler would return to. If the handler was entered, RIP is among the registers
 * changed.</td></tr>
 * <tr><td>state</td><td>none; the effects have the registers that something other than an
 * instruction or event has changed: a reset, or that the trace begins. Before a processor's first
 * record all registers count as 0.</td></tr>
 * <tr><td>effects</td><td>varint, the number of registers changed, and for each: varint, the number
 * of {@link jvisor.machine.trace.TraceRegister}; signed, the new value. Then varint, the number of
 * accesses, and for each a byte: bit 0 write, bit 1 port, bit 2 by the processor itself (tables), bit
 * 3 device register, bits 4–5 log2 of its bytes; signed, the address less the one before; signed, the
 * value. Addresses are linear; of ports, the port; of device registers, the gpa, and the instruction's
 * own access follows.</td></tr>
 * </table>
 *
 * <p>Not in a trace: what devices and other hosts' threads do to memory, page walks and fetches.
 * Files are hostile: a reader takes memory for a chunk at most and fails with a {@link
 * jvisor.machine.trace.TraceException} that says what is wrong.
 */
@NullMarked
package jvisor.machine.trace;

import org.jspecify.annotations.NullMarked;
