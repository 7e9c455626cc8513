namespace BioLearn.Experiments.Tests;

/// <summary>What the fresh process of a test does: runs toy trials into a folder, and can be killed.</summary>
internal static class Program
{
    public static void Main(string[] arguments)
    {
        Experiment experiment = new(Grids.GridFile.Read(arguments[0]), Toys.Catalog);
        Console.WriteLine("begins");
        new LocalRun(experiment, new(arguments[1]), new() { Workers = 2, CheckpointEvery = TimeSpan.Zero }).Run();
    }
}
