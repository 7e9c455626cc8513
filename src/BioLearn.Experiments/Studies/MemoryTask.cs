namespace BioLearn.Experiments.Studies;

/// <summary>Published tasks of plastic associative memories, to start from.</summary>
public enum MemoryTask
{
    /// <summary>Three orthogonal patterns of 28 elements (Miconi 2016).</summary>
    Orthogonal28,

    /// <summary>Five patterns of 1,000 elements (Miconi, Clune and Stanley 2018).</summary>
    Binary1000,

    /// <summary>Two patterns of 50 elements.</summary>
    Binary50,
}
