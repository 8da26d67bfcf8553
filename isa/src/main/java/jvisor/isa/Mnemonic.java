package jvisor.isa;

/**
 * The instructions by name; a semantic is bound to each. Where the manual gives one name to different
 * machines there are several here (MOV to and from control registers, the string instruction MOVSD and
 * the SSE one).
 */
public enum Mnemonic {
  INVALID
}
