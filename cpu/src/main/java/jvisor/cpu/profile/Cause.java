package jvisor.cpu.profile;

/**
 * A cause and what distinguishes it from others of its kind.
 *
 * @param detail an instruction, or what was amiss; may be empty
 */
public record Cause(ExitKind kind, String detail) {}
