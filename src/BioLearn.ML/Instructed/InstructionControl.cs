namespace BioLearn.ML.Instructed;

/// <summary>What is done to the gates while a trained network is evaluated, to see what the instruction is worth.</summary>
public enum InstructionControl
{
    /// <summary>Nothing: the gates are those of the row's instruction.</summary>
    None,

    /// <summary>Every row gets the instruction after its own, in the order in which they are listed, and is still compared with its own target.</summary>
    WrongInstruction,

    /// <summary>Every instruction opens as many units of each layer as it does, at random places, the same for all rows.</summary>
    RandomGates,

    /// <summary>All units are open.</summary>
    AllOpen,
}
