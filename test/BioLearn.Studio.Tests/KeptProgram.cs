using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BioLearn.Studio.Tests;

/// <summary>C# that the page gives away, compiled and run as a person's own program would be.</summary>
internal static class KeptProgram
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>Runs a program in a folder; a warning of the compiler fails it.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string text, string folder)
    {
        string name = $"kept-{Guid.NewGuid():N}", home = AppContext.BaseDirectory, assembly = Path.Combine(home, $"{name}.dll");
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => !path.EndsWith(".Tests.dll", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(text)], references, new CSharpCompilationOptions(
            OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]));
        string[] complaints = [.. compilation.GetDiagnostics().Where(one => one.Severity >= DiagnosticSeverity.Warning).Select(one => one.ToString())];
        Assert.True(complaints is [], string.Join('\n', complaints) + '\n' + text);
        try
        {
            // Beside the assemblies that it needs, under the tool's list of them.
            Assert.True(compilation.Emit(assembly).Success);
            return Process("dotnet", folder, "exec", "--depsfile", Path.Combine(home, "biolearn.deps.json"), "--runtimeconfig", Path.Combine(home, "biolearn.runtimeconfig.json"), assembly);
        }
        finally
        {
            File.Delete(assembly);
        }
    }

    /// <summary>Runs lines of a shell in a folder, in which <c>biolearn</c> is this build's tool.</summary>
    /// <returns>What they printed.</returns>
    public static string Shell(string lines, string folder) =>
        Process("bash", folder, "-c", $"set -e\nbiolearn() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "biolearn.dll")}' \"$@\"; }}\n{lines}");

    private static string Process(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said + errors.Result);
        return said;
    }
}
