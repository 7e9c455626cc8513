using System.Runtime.InteropServices;

namespace BioLearn.Experiments;

/// <summary>CPU time of the calling thread.</summary>
internal static partial class ThreadClock
{
    private const int LinuxThreadClock = 3;
    private const int MacThreadClock = 16;

    /// <summary>Seconds of CPU; NaN on systems that do not tell.</summary>
    public static double Seconds
    {
        get
        {
            if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
                return GetTime(OperatingSystem.IsLinux() ? LinuxThreadClock : MacThreadClock, out TimeSpec time) == 0 ? time.Seconds + (time.Nanoseconds * 1e-9) : double.NaN;
            if (OperatingSystem.IsWindows() && GetThreadTimes(GetCurrentThread(), out _, out _, out long kernel, out long user))
                return (kernel + user) * 1e-7;
            return double.NaN;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentThread();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetThreadTimes(nint thread, out long created, out long ended, out long kernel, out long user);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
