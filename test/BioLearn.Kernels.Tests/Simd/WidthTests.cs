using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Tests.Simd;

/// <summary>Runs the tests of all <see cref="EveryWidthAttribute"/> classes with wide instructions switched off.</summary>
public class WidthTests
{
    [Theory]
    [InlineData(256, "DOTNET_EnableAVX512")]
    [InlineData(128, "DOTNET_EnableAVX2")]
    [InlineData(0, "DOTNET_EnableHWIntrinsic")]
    public async Task Kernels_with_narrower_vectors_pass_the_same_tests(int bits, string switchedOff)
    {
        if (Hardware.VectorBits <= bits)
            return;

        var start = new ProcessStartInfo(DotnetHost()) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(WidthTests).Assembly.Location);
        start.ArgumentList.Add(bits.ToString(CultureInfo.InvariantCulture));
        start.Environment[switchedOff] = "0";
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, $"{switchedOff}=0:\n{output}{await errors}");
    }

    private static string DotnetHost()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
    }
}
