package jvisor.conformance;

/**
 * Handlers that log each event with its stack frame and then return, go to {@code resume}, or stop.
 * Every vector's stub has pushed the vector, over an error code or -1, and jumps to {@code log}.
 *
 * <p>They change no register that the scene can see. An event is {@link Kernel#EVENT_SIZE} bytes:
 * vector, CR2, DR6 (of #DB, which is then cleared) and the frame's address, 8 bytes each, then the
 * frame's first twelve slots from the error code (-1 if there is none) on.
 */
final class Handlers {
  private Handlers() {}

  /** The source text for scenes in {@code mode}. */
  static String of(Mode mode) {
    return switch (mode) {
      case REAL ->
          with(
              "xor ax, ax\nmov ds, ax\nmov es, ax",
              "movzx eax, word [esp+20]",
              "lea esi, [esp+22]",
              "a32 rep ss movsw",
              "add sp, 4\niret",
              "mov sp, stack\npush 2\npopf\njmp word [resume]",
              "iret");
      case PROTECTED ->
          with(
              FLAT_SEGMENTS,
              "mov ecx, cr2\nmov [edi+8], ecx\nmov eax, [esp+24]",
              "lea esi, [esp+28]",
              "rep movsd",
              "lea esp, [esp+8]\niretd",
              "mov esp, stack\npush 2\npopfd\njmp dword [resume]",
              "pop dword ss:[return_to]\n"
                  + FLAT_SEGMENTS
                  + "mov esp, stack\njmp dword [return_to]");
      case LONG -> LONG;
    };
  }

  private static final String FLAT_SEGMENTS =
      """
      push ss
      pop ds
      push ss
      pop es
      """;

  private static String with(
      String segments,
      String vector,
      String frame,
      String copy,
      String goBack,
      String resume,
      String enterKernel) {
    return NARROW
        .replace("{segments}", segments)
        .replace("{vector}", vector)
        .replace("{frame}", frame)
        .replace("{copy}", copy)
        .replace("{go back}", goBack)
        .replace("{resume}", resume)
        .replace("{enter kernel}", enterKernel);
  }

  /** 16- and 32-bit code. */
  private static final String NARROW =
      """
      log:
        push ds
        push es
        push eax
        push ecx
        push esi
        push edi
        {segments}
        cld
        mov edi, [logptr]
        {vector}
        mov [edi], eax
        cmp al, 1
        jne frame
        mov ecx, dr6
        mov [edi+16], ecx
        mov ecx, 0xffff0ff0
        mov dr6, ecx
      frame:
        {frame}
        mov [edi+24], esi
        add edi, 32
        mov ecx, 12
        {copy}
        add dword [logptr], 128
        bt dword [pass], eax
        jc return
        cmp dword [resume], 0
        jne go_on
        pop edi
        pop esi
        pop ecx
        pop eax
      stop:
        cli
        hlt
        jmp stop
      return:
        pop edi
        pop esi
        pop ecx
        pop eax
        pop es
        pop ds
        {go back}
      go_on:
        pop edi
        pop esi
        pop ecx
        pop eax
        {resume}
      enter_kernel:
        {enter kernel}
      """;

  private static final String LONG =
      """
      log:
        push rax
        push rcx
        push rsi
        push rdi
        cld
        mov rdi, [logptr]
        mov rax, [rsp+32]
        mov [rdi], rax
        mov rcx, cr2
        mov [rdi+8], rcx
        cmp al, 1
        jne frame
        mov rcx, dr6
        mov [rdi+16], rcx
        mov ecx, 0xffff0ff0
        mov dr6, rcx
      frame:
        lea rsi, [rsp+40]
        mov [rdi+24], rsi
        add rdi, 32
        mov ecx, 12
        rep movsq
        add qword [logptr], 128
        bt qword [pass], rax
        jc return
        cmp qword [resume], 0
        jne go_on
        pop rdi
        pop rsi
        pop rcx
        pop rax
      stop:
        cli
        hlt
        jmp stop
      return:
        pop rdi
        pop rsi
        pop rcx
        pop rax
        lea rsp, [rsp+16]
        iretq
      go_on:
        pop rdi
        pop rsi
        pop rcx
        pop rax
        mov rsp, stack
        push 2
        popfq
        jmp qword [resume]
      enter_kernel:
        pop qword [return_to]
        mov rsp, stack
        jmp qword [return_to]
      """;
}
