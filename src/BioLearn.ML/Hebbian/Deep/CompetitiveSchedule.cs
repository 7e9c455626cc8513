namespace BioLearn.ML.Hebbian;

/// <summary>In which order the layers of a competitive network learn.</summary>
public enum CompetitiveSchedule
{
    /// <summary>One after the other, each in passes of its own over what the finished layers below make of the pictures: as Journé et al. (2023) report it.</summary>
    LayerByLayer,

    /// <summary>All of them from every mini-batch, each from what the layer below makes of it at that moment: one pass for all, as in their demonstration.</summary>
    AllAtOnce,
}
