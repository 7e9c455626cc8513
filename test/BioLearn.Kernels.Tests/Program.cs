using System.Globalization;
using System.Reflection;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tests.Simd;
using Xunit.Sdk;

namespace BioLearn.Kernels.Tests;

/// <summary>
/// The child process of <see cref="WidthTests"/>: <c>dotnet BioLearn.Kernels.Tests.dll BITS [CLASS]</c> runs every test of the classes
/// marked <see cref="EveryWidthAttribute"/> (whose name contains CLASS), prints the failures and returns their number.
/// </summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        int bits = int.Parse(args[0], CultureInfo.InvariantCulture);
        if (Hardware.VectorBits != bits)
        {
            Console.WriteLine($"expected {bits}-bit vectors, have {Hardware.VectorBits}");
            return 1;
        }
        int failures = 0, passes = 0;
        foreach (Type type in typeof(Program).Assembly.GetTypes().Where(t => t.GetCustomAttribute<EveryWidthAttribute>() is not null))
        {
            if (args.Length > 1 && !type.Name.Contains(args[1], StringComparison.Ordinal))
                continue;
            foreach (MethodInfo test in type.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is { Skip: null }))
            {
                foreach (object?[] arguments in ArgumentsOf(test))
                {
                    if (await Run(type, test, arguments) is { } failure)
                    {
                        failures++;
                        Console.WriteLine($"{type.Name}.{test.Name}({string.Join(", ", arguments)}): {failure}");
                    }
                    else
                        passes++;
                }
            }
        }
        Console.WriteLine($"{bits}-bit vectors: {passes} passed, {failures} failed");
        return failures;
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo test) =>
        test.GetCustomAttribute<FactAttribute>() is TheoryAttribute
            ? test.GetCustomAttributes<DataAttribute>().SelectMany(d => d.GetData(test))
            : [[]];

    private static async Task<Exception?> Run(Type type, MethodInfo test, object?[] arguments)
    {
        object? instance = null;
        try
        {
            instance = test.IsStatic ? null : Activator.CreateInstance(type);
            if (test.Invoke(instance, arguments) is Task task)
                await task;
            return null;
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException is Xunit.Sdk.SkipException ? null : e.InnerException; // another set of figures may lack a file
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }
}
