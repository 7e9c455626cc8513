using System.Reflection;

namespace BioLearn.Docs.Tests;

/// <summary>What the fresh process of a test does (<see cref="ChildProcess"/>): runs a program of the docs in a folder.</summary>
internal static class Program
{
    public static void Main(string[] args)
    {
        Environment.CurrentDirectory = args[1];
        MethodInfo main = Assembly.Load(File.ReadAllBytes(args[0])).EntryPoint!;
        main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()], null);
    }
}
