namespace BioLearn.ML.Hosting;

/// <summary>
/// A name under which an option, or a member of an enumeration, stands in models that were saved before it was renamed:
/// <c>[FormerName("Beta")] public double NudgingStrength { get; init; }</c>.
/// </summary>
/// <param name="name">The former name.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, AllowMultiple = true)]
public sealed class FormerNameAttribute(string name) : Attribute
{
    /// <summary>The former name.</summary>
    public string Name { get; } = name;
}
