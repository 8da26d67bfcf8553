/*
 * Runs the suite's programs on request. A line "NAME COUNT" on standard input runs the program NAME
 * beside this one; its marks go to standard output, followed by "@exit STATUS". "quit" ends.
 *
 * In a guest this is the first process: standard input and output are the serial line, and the end
 * is the end of the machine. On the host it is a process like others.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int guest;

static void say(const char *text) {
  size_t length = strlen(text);
  if (write(1, text, length) != (ssize_t)length && !guest) {
    exit(3);
  }
}

static void open_serial_line(void) {
  mkdir("/dev", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  int line = open("/dev/ttyS0", O_RDWR | O_NOCTTY);
  for (int i = 0; i < 3; i++) {
    dup2(line, i);
  }
  struct termios raw;
  tcgetattr(0, &raw);
  cfmakeraw(&raw);
  tcsetattr(0, TCSANOW, &raw);
}

static void end(void) {
  if (guest) {
    tcdrain(1);
    reboot(RB_POWER_OFF);
  }
  exit(0);
}

/* Reads a line without its end; what is too long loses its tail. */
static void read_line(char *line, size_t size) {
  size_t length = 0;
  for (char next; read(0, &next, 1) == 1;) {
    if (next == '\n') {
      line[length] = 0;
      return;
    }
    if (length + 1 < size) {
      line[length++] = next;
    }
  }
  end();
}

/* The program and its children stay on one processor, as they do in a guest that has one. */
static void stay_on_one_processor(void) {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  sched_setaffinity(0, sizeof here, &here);
}

static void run(char *name, char *count) {
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    stay_on_one_processor();
    char path[64];
    snprintf(path, sizeof path, "./%s", name);
    execl(path, path, count, NULL);
    _exit(127);
  }
  if (child < 0 || waitpid(child, &status, 0) < 0) {
    status = 255 << 8;
  }
  char line[40];
  snprintf(line, sizeof line, "@exit %d\n",
           WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status));
  say(line);
}

int main(int argc, char **argv) {
  guest = getpid() == 1;
  if (guest) {
    open_serial_line();
  }
  if (argc < 1 || chdir(dirname(argv[0])) != 0) {
    exit(3);
  }
  say("@ready\n");
  for (;;) {
    char line[100];
    read_line(line, sizeof line);
    char *name = strtok(line, " ");
    char *count = strtok(NULL, " ");
    if (name != NULL && strcmp(name, "quit") == 0) {
      end();
    }
    if (name != NULL && count != NULL) {
      run(name, count);
    }
  }
}
