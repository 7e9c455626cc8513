using System.Diagnostics.CodeAnalysis;
using BioLearn.ML.Networks;

namespace BioLearn.ML;

/// <summary>The learning rules of layered networks that this library knows, and where a program names its own.</summary>
public static class LearningRules
{
    /// <summary>All rules of the library for layered networks with their defaults; <see cref="RuleTable"/> has the facts about them.</summary>
    public static IEnumerable<LearningRule> All => RuleTable.Rows.Where(r => r.IsLearningRule).Select(r => r.CreateRule());

    /// <summary>
    /// Lets saved models that your own rule taught be taught further, and be loaded where the rule predicts in a way of its own (a rule
    /// that predicts by the forward pass loads and scores without it). Models carry the full name of its class, so that the class may
    /// neither move nor be renamed; <see cref="Register{TRule}(string, string[])"/> gives it a name of its own. Making a trainer with a
    /// rule registers it. Loading itself needs <c>mlContext.UseBioLearn()</c> or <see cref="BioLearnModel"/>.
    /// </summary>
    /// <typeparam name="TRule">Your rule.</typeparam>
    public static void Register<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)] TRule>()
        where TRule : LearningRule => RuleNames.AddUnnamed(typeof(TRule));

    /// <summary>
    /// The same with a name for saved models, which never changes, whatever the class is called. Call it when the program starts, where the
    /// rule teaches and where models that it taught are loaded. Hyper-parameters are saved by the names of their properties; mark one that you rename with
    /// <see cref="Hosting.FormerNameAttribute"/>.
    /// </summary>
    /// <typeparam name="TRule">Your rule.</typeparam>
    /// <param name="name">The name, for example "my-feedback-alignment".</param>
    /// <param name="formerNames">Names of the rule in older models, such as the full name that its class had before it moved.</param>
    /// <exception cref="ArgumentException">Another rule has one of the names, or this rule another name.</exception>
    public static void Register<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)] TRule>(
        string name, params string[] formerNames)
        where TRule : LearningRule => RuleNames.Add(typeof(TRule), name, formerNames);
}
