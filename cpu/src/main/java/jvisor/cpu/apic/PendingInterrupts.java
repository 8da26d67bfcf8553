package jvisor.cpu.apic;

/**
 * The registers that accept, order and acknowledge vectored interrupts: IRR, ISR, TMR, TPR, PPR
 * (SDM vol. 3, "Handling Interrupts" of the local APIC).
 */
final class PendingInterrupts {
  private final VectorSet requested = new VectorSet();
  private final VectorSet inService = new VectorSet();
  private final VectorSet levelTriggered = new VectorSet();
  private int taskPriority;
  private int processorPriority;
  private int deliverable = -1;

  void reset() {
    requested.clear();
    inService.clear();
    levelTriggered.clear();
    taskPriority = 0;
    reorder();
  }

  /** The vector that the processor takes next, or -1 if none has the priority. */
  int deliverable() {
    return deliverable;
  }

  /** Accepts an interrupt; {@code vector} is 16–255. */
  void request(int vector, boolean level) {
    requested.add(vector);
    if (level) {
      levelTriggered.add(vector);
    } else {
      levelTriggered.remove(vector);
    }
    reorder();
  }

  /** Moves the deliverable vector into service and answers it, or -1. */
  int acknowledge() {
    int vector = deliverable;
    if (vector >= 0) {
      requested.remove(vector);
      inService.add(vector);
      reorder();
    }
    return vector;
  }

  /** Ends the highest interrupt in service and answers its vector, or -1. */
  int end() {
    int vector = inService.highest();
    if (vector >= 0) {
      inService.remove(vector);
      reorder();
    }
    return vector;
  }

  boolean isLevelTriggered(int vector) {
    return levelTriggered.has(vector);
  }

  /** TPR, 8 bits. */
  int taskPriority() {
    return taskPriority;
  }

  void setTaskPriority(int value) {
    taskPriority = value & 0xff;
    reorder();
  }

  /** PPR, 8 bits. */
  int processorPriority() {
    return processorPriority;
  }

  /** APR, 8 bits. */
  int arbitrationPriority() {
    int request = Math.max(requested.highest(), 0) & 0xf0;
    int service = Math.max(inService.highest(), 0) & 0xf0;
    int task = taskPriority & 0xf0;
    if (task >= request && task > service) {
      return taskPriority;
    }
    return Math.max(task, Math.max(request, service));
  }

  /** One of the 24 doublewords of ISR, TMR and IRR. */
  int doubleword(int register) {
    if (register >= ApicRegister.IRR) {
      return requested.doubleword(register - ApicRegister.IRR);
    }
    return register >= ApicRegister.TMR
        ? levelTriggered.doubleword(register - ApicRegister.TMR)
        : inService.doubleword(register - ApicRegister.ISR);
  }

  private void reorder() {
    int service = Math.max(inService.highest(), 0) & 0xf0;
    processorPriority = (taskPriority & 0xf0) >= service ? taskPriority : service;
    int highest = requested.highest();
    deliverable = highest > (processorPriority | 0x0f) ? highest : -1;
  }
}
