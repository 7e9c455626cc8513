namespace BioLearn.Experiments.Naming;

/// <summary>Which rows of a source examples are drawn from, and which are to be named.</summary>
public enum NamingPool
{
    /// <summary>Examples from the training rows, names for the test rows.</summary>
    Apart,

    /// <summary>Both from the test rows, whose classes nobody has seen: Omniglot's evaluation characters.</summary>
    Test,

    /// <summary>Both from all rows: a table, of which the tool sets a part aside by itself.</summary>
    All,
}
