# Builds what ./jvisor runs: a folder with classes, libraries and an AOT cache for a quick start.
# Sourced by ./jvisor, which has set $root, $builds and $jdk; sets $built.

log=$root/target/build.log
lock=$root/target/build.lock
cache= trainer=

fail() {
  echo "jvisor: $1" >&2
  exit "$2"
}

# bar PERCENT: on a terminal, a progress bar in place of the one before.
bar() {
  [ -t 2 ] || return 0
  drawn=0 line=
  while [ "$drawn" -lt 24 ]; do
    if [ "$drawn" -lt $(($1 * 24 / 100)) ]; then line="$line="; else line="$line "; fi
    drawn=$((drawn + 1))
  done
  printf '\r\033[K%-22s [%s] %3d %%' "building jvisor" "$line" "$1" >&2
}

no_bar() {
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

# follow: keeps Maven's output in the log and draws the bar. A module is a share of the whole, a
# plugin's turn about a sixth of a module.
follow() {
  modules=1 module=0 turn=0
  while IFS= read -r said; do
    printf '%s\n' "$said"
    case $said in
      *'Building '*\[*/*\]*)
        count=${said##*\[}
        count=${count%\]*}
        module=${count%/*} modules=${count#*/} turn=0
        ;;
      '[INFO] --- '*) [ "$turn" -ge 6 ] || turn=$((turn + 1)) ;;
      *) continue ;;
    esac
    [ "$module" -eq 0 ] || bar $((((module - 1) * 6 + turn) * 70 / (modules * 6)))
  done >"$log"
}

# alive PID: whether a process of any user has this number.
alive() {
  kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ] || ps -p "$1" >/dev/null 2>&1
}

# take_lock: one build at a time. A lock whose owner is gone, or never told its name, does not count.
take_lock() {
  nameless=0
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null) || owner=
    [ -n "$owner" ] || nameless=$((nameless + 1))
    if [ "$nameless" -gt 5 ] || { [ -n "$owner" ] && ! alive "$owner"; }; then
      rm -rf "$lock"
    else
      bar 0
      sleep 1
    fi
  done
  echo $$ >"$lock/pid"
  trap 'no_bar; rm -rf "$lock"' EXIT
  # What runs in the background does not hear Ctrl-C.
  trap '[ -z "$trainer" ] || kill "$trainer"; exit 130' INT
  trap '[ -z "$trainer" ] || kill "$trainer"; exit 143' TERM HUP
}

# sweep KEEP KEEP: removes all builds but these two; the last one may be running a guest.
sweep() {
  for old in "$builds"/*-*; do
    case $old in
      "$1" | "$2") ;;
      *) rm -rf "$old" ;;
    esac
  done
}

# launch ARGUMENTS: becomes what has just been built, with $cache as a further option of Java; to be
# called in a shell of its own.
launch() {
  exec "$jdk/bin/java" ${cache:+"$cache"} $java_options -cp "$(class_path "$built")" jvisor.app.Main "$@"
}

# train: records an AOT cache in $built. The first seconds of a boot are what is worth remembering;
# without an image any command must do. Whatever becomes of it, everything works, only slower.
train() {
  set -- doctor
  cache=
  if [ "${JVISOR_TRAINING-}" != no ] &&
    (launch image list --json) 2>/dev/null | grep -q '"built" : true'; then
    set -- run --timeout 6s
  fi
  cache=-XX:AOTCacheOutput=$built/jvisor.aot
  launch "$@" </dev/null >>"$log" 2>&1 &
  trainer=$! percent=72
  while [ -t 2 ] && kill -0 $trainer 2>/dev/null; do
    bar $percent
    [ $percent -ge 99 ] || percent=$((percent + 2))
    sleep 1
  done
  wait $trainer || :
  cache= trainer=
}

# wants_image ARGUMENTS: whether this command line boots the default image.
wants_image() {
  [ "${1-}" = run ] || return 1
  for argument; do
    case $argument in
      --kernel | --kernel=* | --firmware | --firmware=* | -h | --help) return 1 ;;
    esac
  done
}

# errors: prints what Maven's log says went wrong, without its advice on how to use Maven.
errors() {
  escape=$(printf '\033')
  sed "s/$escape\[[0-9;]*m//g; s/ -> \[Help 1\]\$//" "$log" | grep '^\[ERROR\] *[^ ]' |
    grep -v -e '^\[ERROR\] \[Help' -e ' re-run ' -e 'Re-run Maven' -e 'mvn <args>' \
      -e 'For more information about' -e 'After correcting the problems' | head -n 20 >&2
}

# build ARGUMENTS: builds for the command line that is to be run.
build() {
  need_maven
  { mkdir -p "$builds" && [ -w "$builds" ]; } 2>/dev/null ||
    fail "has to be built, and $root cannot be written: run ./jvisor once as its owner" 2
  take_lock
  # Another process may have built while this one waited.
  if changed; then
    [ -t 2 ] || echo "jvisor: building" >&2
    before=$built
    id=$(date +%s)-$$
    built=$builds/$id
    mkdir "$built"
    # What changes from here on belongs to the next build.
    : >"$built/stamp"
    bar 0
    (cd "$root" && "$maven" -B -pl app -am -Dmaven.test.skip=true package 2>&1) | follow
    if ! grep -q '^\[INFO\] BUILD SUCCESS' "$log"; then
      no_bar
      rm -rf "$built"
      errors
      fail "the build is broken; its log is $log" 70
    fi
    cp -R "$root/app/target/lib" "$built/lib"
    cp "$root"/app/target/jvisor-app-*.jar "$built/jvisor.jar"
    . "$root/scripts/java.sh"
    no_bar
    # Made here if it is missing and wanted, for a boot of it is the best training.
    image=0
    if wants_image "$@"; then
      (launch image build --if-missing </dev/null >/dev/null) || image=$?
    fi
    train
    bar 100
    echo "$id" >"$builds/current.new"
    mv "$builds/current.new" "$builds/current"
    sweep "$built" "$before"
    [ "$image" = 0 ] || exit "$image"
  fi
  no_bar
  rm -rf "$lock"
  trap - EXIT INT TERM HUP
}
